variable "upstream" { type = string }

resource "terraform_data" "index" {
  input = { upstream = var.upstream }
}
