import { useId } from 'react'
import { Button, type ButtonProps } from './button.tsx'
import { classes } from './class-names.ts'
import { announce } from './toast.tsx'

export interface ActionButtonProps extends Omit<ButtonProps, 'disabled'> {
  /** Why it cannot be pressed now, in a sentence; undefined when it can. */
  readonly because: string | undefined
  /** Which side of the sentence is at that of the button. */
  readonly align?: 'left' | 'right'
  readonly side?: 'above' | 'below'
}

/** A button that says why it cannot be pressed: on hover, on focus, aloud, and when it is pressed. */
export function ActionButton(props: ActionButtonProps) {
  const { because, align = 'right', side = 'below', onClick, className, ...rest } = props
  const id = useId()
  if (because === undefined) return <Button {...rest} className={className} onClick={onClick} />
  return (
    <span className="group relative inline-flex">
      <Button
        {...rest}
        aria-disabled
        aria-describedby={id}
        onClick={() => announce(because, 'warn')}
        className={classes('cursor-not-allowed! opacity-50', className)}
      />
      <span
        id={id}
        role="tooltip"
        className={classes(
          'pointer-events-none z-40 hidden max-sm:fixed max-sm:inset-x-4 max-sm:bottom-4 max-sm:w-auto max-sm:max-w-none sm:absolute w-max max-w-64 rounded-md bg-surface px-2.5 py-1.5 text-left text-ink text-sm shadow-floating group-focus-within:block group-hover:block',
          align === 'right' ? 'sm:right-0' : 'sm:left-0',
          side === 'above' ? 'sm:bottom-full sm:mb-1' : 'sm:top-full sm:mt-1',
        )}
      >
        {because}
      </span>
    </span>
  )
}
