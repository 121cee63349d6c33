import type { InputHTMLAttributes, Ref, TextareaHTMLAttributes } from 'react';
import { classNames } from '../class-names.ts';
import { Field, type FieldProps, inputClass } from './field.tsx';

export type TextFieldProps = FieldProps &
  Omit<InputHTMLAttributes<HTMLInputElement>, keyof FieldProps | 'id'> & { ref?: Ref<HTMLInputElement> };

export function TextField({ label, hint, error, optional, hideLabel, className, ...input }: TextFieldProps) {
  return (
    <Field {...{ label, hint, error, optional, hideLabel, className }}>
      {(control) => <input {...input} {...control} className={inputClass} />}
    </Field>
  );
}

export type TextAreaProps = FieldProps &
  Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, keyof FieldProps | 'id'> & { ref?: Ref<HTMLTextAreaElement> };

/** Grows with what is typed. */
export function TextArea({ label, hint, error, optional, hideLabel, className, rows = 3, ...area }: TextAreaProps) {
  return (
    <Field {...{ label, hint, error, optional, hideLabel, className }}>
      {(control) => (
        <textarea
          rows={rows}
          {...area}
          {...control}
          className={classNames(inputClass, 'max-h-[60vh] resize-y field-sizing-content')}
          style={{ minHeight: `calc(${rows}lh + 1.25rem + 2px)` }}
        />
      )}
    </Field>
  );
}
