import { LoaderCircle } from 'lucide-react'
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { classes } from './class-names.ts'

type Look = 'primary' | 'plain' | 'quiet' | 'danger'

const looks: Readonly<Record<Look, string>> = {
  primary: 'bg-accent text-accent-ink border-transparent hover:not-disabled:bg-accent-hover',
  plain: 'bg-surface text-ink border-strong hover:not-disabled:bg-hover',
  quiet: 'border-transparent text-muted hover:not-disabled:bg-hover hover:not-disabled:text-ink',
  danger:
    'bg-surface text-danger border-danger/50 hover:not-disabled:bg-danger hover:not-disabled:text-danger-ink',
}

const base =
  'inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-50'

const sizes = { small: 'h-7 px-2 text-sm', normal: 'h-8 px-3 text-base' } as const

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look
  readonly size?: keyof typeof sizes
  readonly icon?: ReactNode
  /** What it started is not over: it says so, and cannot be pressed again. */
  readonly busy?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}

/** `<Button look="primary" busy={saving}>Save</Button>`; a `type="submit"` must be said. */
export function Button(props: ButtonProps) {
  const {
    look = 'plain',
    size = 'normal',
    icon,
    busy = false,
    className,
    children,
    ...rest
  } = props
  return (
    <button
      type="button"
      {...rest}
      disabled={rest.disabled === true || busy}
      aria-busy={busy || undefined}
      className={buttonClasses(look, size, className)}
    >
      {busy ? <LoaderCircle aria-hidden className="size-3.5 animate-spin" /> : icon}
      {children}
    </button>
  )
}

/** The look of a button, for a link that is one. */
export function buttonClasses(
  look: Look = 'plain',
  size: keyof typeof sizes = 'normal',
  className?: string,
): string {
  return classes(base, looks[look], sizes[size], className)
}

export interface IconButtonProps extends ButtonProps {
  /** What it does: read aloud, and shown on hover. */
  readonly label: string
}

/** A button that is only an icon. */
export function IconButton({
  label,
  look = 'quiet',
  className,
  children,
  ...rest
}: IconButtonProps) {
  return (
    <Button
      {...rest}
      look={look}
      aria-label={label}
      title={label}
      className={classes('w-8 px-0!', rest.size === 'small' && 'w-7', className)}
    >
      {children}
    </Button>
  )
}
