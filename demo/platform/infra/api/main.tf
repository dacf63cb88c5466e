variable "image" { type = string }
variable "release" { type = string }
variable "instances" { type = number }
variable "database" { type = string }
variable "password" {
  type      = string
  sensitive = true
}

resource "terraform_data" "instance" {
  count = var.instances
  input = { image = var.image, release = var.release, database = var.database }
}

resource "terraform_data" "secret" {
  input = var.password
}

output "address" {
  value = "https://api-${substr(terraform_data.instance[0].id, 0, 8)}.example.com"
}
