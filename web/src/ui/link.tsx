import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'
import { buttonClasses } from './button.tsx'
import { classes } from './class-names.ts'

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly ref?: Ref<HTMLAnchorElement>
}

const textLink = 'rounded-sm text-accent underline-offset-2 hover:underline'

/** A link to a page of ours, typed by the routes. */
export const Link = createLink(({ className, ...props }: AnchorProps) => (
  <a {...props} className={classes(textLink, className)} />
))

/** A link that carries no colour of its own: a name in a row, a card. */
export const PlainLink = createLink(({ className, ...props }: AnchorProps) => (
  <a {...props} className={classes('rounded-sm hover:underline underline-offset-2', className)} />
))

/** A link that looks like a button. */
export const LinkButton = createLink(
  ({
    className,
    look,
    ...props
  }: AnchorProps & { readonly look?: 'primary' | 'plain' | 'quiet' }) => (
    <a {...props} className={buttonClasses(look, 'normal', className)} />
  ),
)

/** A link out of the pages: another site, a file. */
export function OuterLink({ className, ...props }: AnchorProps) {
  return <a {...props} rel="noreferrer" className={classes(textLink, className)} />
}
