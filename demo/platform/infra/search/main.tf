variable "database" { type = string }

resource "terraform_data" "index" {
  input = { database = var.database }
}
