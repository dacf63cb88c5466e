import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react'
import { classes } from './class-names.ts'

const box =
  'w-full rounded-md border border-control bg-surface px-2.5 text-ink placeholder:text-faint aria-invalid:border-danger disabled:opacity-60'

export interface FieldProps {
  readonly label: ReactNode
  /** What to write, and what for. */
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly optional?: boolean
  readonly className?: string
  /** The control: it must take these. */
  readonly children: (control: ControlProps) => ReactNode
}

export interface ControlProps {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: true
}

/** A control with its label, a hint and what is wrong with it. `{(control) => <Input {...control} …/>}` */
export function Field({ label, hint, error, optional, className, children }: FieldProps) {
  const id = useId()
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`]
    .filter((one) => one !== false)
    .join(' ')
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
        {optional === true && <span className="ml-1.5 font-normal text-faint">optional</span>}
      </label>
      {children({
        id,
        ...(described === '' ? {} : { 'aria-describedby': described }),
        ...(error === undefined ? {} : { 'aria-invalid': true }),
      })}
      {hint !== undefined && (
        <div id={`${id}-hint`} className="mt-1 text-muted text-sm">
          {hint}
        </div>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className="mt-1 text-danger text-sm">
          {error}
        </p>
      )}
    </div>
  )
}

export interface InputProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly mono?: boolean
  readonly ref?: Ref<HTMLInputElement>
}

export function Input({ mono = false, className, ...props }: InputProps) {
  return (
    <input {...props} className={classes(box, 'h-8', mono && 'font-mono text-sm', className)} />
  )
}

export interface TextareaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  readonly mono?: boolean
}

export function Textarea({ mono = false, className, ...props }: TextareaProps) {
  return (
    <textarea
      rows={3}
      {...props}
      className={classes(box, 'py-1.5', mono && 'font-mono text-sm', className)}
    />
  )
}

export function Select({ className, ...props }: SelectHTMLAttributes<HTMLSelectElement>) {
  return <select {...props} className={classes(box, 'h-8 pr-7', className)} />
}

export interface CheckboxProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: ReactNode
  readonly hint?: ReactNode
}

export function Checkbox({ label, hint, className, ...props }: CheckboxProps) {
  const id = useId()
  return (
    <div className={classes('flex items-start gap-2', className)}>
      <input
        id={id}
        type="checkbox"
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        {...props}
        className="mt-1 size-3.5 accent-accent"
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <div id={`${id}-hint`} className="text-muted text-sm">
            {hint}
          </div>
        )}
      </div>
    </div>
  )
}
