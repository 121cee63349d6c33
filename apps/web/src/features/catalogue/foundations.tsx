import { Specimen } from './specimen.tsx';

const colours = [
  ['paper', 'bg-paper'],
  ['sheet', 'bg-sheet'],
  ['ink', 'bg-ink'],
  ['ink-2', 'bg-ink-2'],
  ['ink-3', 'bg-ink-3'],
  ['line', 'bg-line'],
  ['kiln', 'bg-kiln'],
  ['indigo', 'bg-indigo'],
  ['moss', 'bg-moss'],
  ['amber', 'bg-amber'],
  ['madder', 'bg-madder'],
] as const;

const sizes = [
  ['text-48', 48],
  ['text-36', 36],
  ['text-28', 28],
  ['text-22', 22],
] as const;

export function FoundationSpecimens() {
  return (
    <>
      <Specimen name="Colour">
        {colours.map(([name, swatch]) => (
          <span key={name} className="grid w-16 gap-1 text-12 text-ink-2">
            <span className={`h-12 rounded-control border border-line ${swatch}`} />
            {name}
          </span>
        ))}
      </Specimen>
      <Specimen name="Titles: Fraunces" column>
        {sizes.map(([size, px]) => (
          <p key={size} className={`font-title font-semibold ${size}`}>
            Moon jar, {px}
          </p>
        ))}
      </Specimen>
      <Specimen name="Text: Instrument Sans" column>
        <p className="text-18">Eighteen, for what leads in.</p>
        <p className="max-w-text text-ink-2">
          Sixteen. Thrown in one piece from a local iron-rich clay, dried nine days, and fired for thirty hours with
          olive and pine. The ash on the shoulder is where it stood nearest the fire.
        </p>
        <p className="text-14 text-ink-3">Fourteen, for what stands beside. 0123456789</p>
        <p className="text-12 text-ink-3">Twelve, for labels under icons.</p>
      </Specimen>
      <Specimen name="Radius: control, card, sheet; shadow of what floats">
        <span className="size-16 rounded-control border border-line bg-sheet" />
        <span className="size-16 rounded-card border border-line bg-sheet" />
        <span className="size-16 rounded-sheet border border-line bg-sheet" />
        <span className="size-16 rounded-card bg-sheet shadow-float" />
      </Specimen>
    </>
  );
}
