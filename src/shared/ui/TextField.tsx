import type { InputHTMLAttributes } from 'react'
import { classNames } from './class-names.ts'

interface TextFieldProps
  extends Pick<
    InputHTMLAttributes<HTMLInputElement>,
    'type' | 'autoComplete' | 'required' | 'minLength' | 'maxLength' | 'defaultValue' | 'spellCheck'
  > {
  readonly name: string
  readonly label: string
  readonly hint?: string
  /** What is wrong and what to do. */
  readonly error?: string | undefined
}

/** An input with its label above, and its hint or its error below, read out together with it. */
export function TextField({ name, label, hint, error, ...input }: TextFieldProps) {
  const describedBy = error ? `${name}-error` : hint ? `${name}-hint` : undefined
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={name} className="text-sm font-semibold">
        {label}
      </label>
      <input
        {...input}
        id={name}
        name={name}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy}
        className={classNames(
          'min-h-target w-full rounded-control border bg-surface px-3 text-base',
          error ? 'border-bad' : 'border-line-strong',
        )}
      />
      {error ? (
        <p id={`${name}-error`} className="text-sm text-bad">
          {error}
        </p>
      ) : hint ? (
        <p id={`${name}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  )
}
