import { Select } from './field.tsx'
import { oneLine } from './long-text.tsx'

export interface FilterChoiceProps {
  readonly label: string
  /** What is chosen when nothing is: "All projects". */
  readonly all: string
  readonly value: string | undefined
  readonly options: readonly (readonly [value: string, word: string])[]
  /** Empty: all of them. */
  readonly onChoose: (value: string) => void
}

/** By what a list is filtered. What the address says is shown even where nobody knows it. */
export function FilterChoice({ label, all, value = '', options, onChoose }: FilterChoiceProps) {
  const isKnown = value === '' || options.some(([one]) => one === value)
  return (
    <Select
      aria-label={label}
      value={value}
      onChange={(event) => onChoose(event.target.value)}
      className="w-auto! max-w-full"
    >
      <option value="">{all}</option>
      {!isKnown && <option value={value}>{oneLine(value, 40)}</option>}
      {options.map(([one, word]) => (
        <option key={one} value={one}>
          {word}
        </option>
      ))}
    </Select>
  )
}
