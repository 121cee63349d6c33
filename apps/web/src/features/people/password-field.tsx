import { Button, TextField } from '@videowindow/ui';
import { useState } from 'react';

type PasswordFieldProps = {
  value: string;
  onChange: (password: string) => void;
  autoFocus?: boolean;
  error?: string | undefined;
};

/** A password that one has; can be looked at. */
export function PasswordField(props: PasswordFieldProps) {
  return <Shown {...props} label="Password" autoComplete="current-password" minLength={1} />;
}

/** A password that one chooses. Length is what counts; nothing else is asked of it. */
export function NewPasswordField(props: PasswordFieldProps) {
  return (
    <Shown
      {...props}
      label="New password"
      autoComplete="new-password"
      minLength={10}
      hint="Ten characters or more. Three or four words that don't belong together are strong, and easy to keep."
    />
  );
}

function Shown({
  value,
  onChange,
  ...field
}: PasswordFieldProps & { label: string; autoComplete: string; minLength: number; hint?: string }) {
  const [visible, setVisible] = useState(false);
  return (
    <div className="grid gap-1">
      <TextField
        {...field}
        type={visible ? 'text' : 'password'}
        name="password"
        required
        maxLength={200}
        autoCapitalize="none"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <div>
        <Button
          variant="quiet"
          size="small"
          className="-ml-3"
          aria-pressed={visible}
          onClick={() => setVisible(!visible)}
        >
          {visible ? 'Hide the password' : 'Show the password'}
        </Button>
      </div>
    </div>
  );
}
