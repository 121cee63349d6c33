/** Crafts that a maker chooses from; the story keeps the word itself. */
export const categories = [
  'Ceramics',
  'Wood',
  'Glass',
  'Metal',
  'Jewellery',
  'Textiles',
  'Leather',
  'Paper and print',
  'Painting and drawing',
  'Sculpture',
  'Furniture',
  'Instruments',
  'Something else',
] as const;
