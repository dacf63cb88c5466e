/** The sample platform: one root module of built-in resources, so that it runs without a network. */
export const versions = [
  {
    title: 'A network, a database and two instances of the app',
    files: { 'main.tf': main({ instances: 2, image: 'shop:1.0.0', size: 'small' }) },
  },
  {
    title: 'Ship 1.1.0 to three instances on a larger database',
    files: { 'main.tf': main({ instances: 3, image: 'shop:1.1.0', size: 'large' }) },
  },
] as const

function main(values: { instances: number; image: string; size: string }): string {
  return `# A small platform out of Terraform's built-in resource: nothing here needs a cloud.

resource "terraform_data" "network" {
  input = { cidr = "10.20.0.0/16", subnets = ["10.20.1.0/24", "10.20.2.0/24"] }
}

resource "terraform_data" "database" {
  input            = { name = "shop", size = "${values.size}" }
  triggers_replace = [terraform_data.network.id]
}

resource "terraform_data" "app" {
  count = ${values.instances}
  input = {
    image    = "${values.image}"
    database = terraform_data.database.output.name
  }
}

variable "admin_password" {
  type      = string
  sensitive = true
  default   = "correct horse battery staple"
}

resource "terraform_data" "admin" {
  input = { user = "admin", password = var.admin_password }
}

output "image" {
  value = "${values.image}"
}

output "instances" {
  value = length(terraform_data.app)
}

output "admin_password" {
  value     = var.admin_password
  sensitive = true
}
`
}
