variable "network" { type = string }
variable "subnets" { type = list(string) }
variable "storage" { type = number }

resource "terraform_data" "database" {
  input = { network = var.network, subnets = var.subnets, storage = var.storage }
}

output "host" { value = "db.${var.network}.internal" }

# Known only after the first apply: what reads it can only be planned then.
output "password" {
  value     = sha256(terraform_data.database.id)
  sensitive = true
}
