variable "name" { type = string }
variable "cidr" { type = string }

resource "terraform_data" "network" {
  input = { name = var.name, cidr = var.cidr }
}

resource "terraform_data" "subnet" {
  count = 2
  input = cidrsubnet(var.cidr, 8, count.index)
}

# Both are known before anything is applied: what reads them can be planned provisionally.
output "name" { value = terraform_data.network.input.name }
output "subnets" { value = terraform_data.subnet[*].input }
