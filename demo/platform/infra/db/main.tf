variable "network" { type = string }
variable "subnets" { type = list(string) }
variable "storage" { type = number }

resource "terraform_data" "database" {
  input = { network = var.network, subnets = var.subnets, storage = var.storage }
}

# Known only after the first apply: what reads them waits until then.
output "host" {
  value = "db-${substr(terraform_data.database.id, 0, 8)}.${var.network}.internal"
}
output "password" {
  value     = sha256(terraform_data.database.id)
  sensitive = true
}
