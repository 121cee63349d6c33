/** What the demo clips are about: 24 pieces, who made them, and the words of their stories. All of it is invented. */
import type { Scene } from './clips/scene.ts';
import { azulejos } from './clips/scenes/azulejos.ts';
import { blockPrint } from './clips/scenes/block-print.ts';
import { bookbinding } from './clips/scenes/bookbinding.ts';
import { calligraphy } from './clips/scenes/calligraphy.ts';
import { candle } from './clips/scenes/candles.ts';
import { celadonVase } from './clips/scenes/celadon-vase.ts';
import { clockwork } from './clips/scenes/clockwork.ts';
import { copperBowl } from './clips/scenes/copper-bowl.ts';
import { embroidery } from './clips/scenes/embroidery.ts';
import { forge } from './clips/scenes/forge.ts';
import { glassblowing } from './clips/scenes/glass-gather.ts';
import { goldRing } from './clips/scenes/gold-ring.ts';
import { indigo } from './clips/scenes/indigo.ts';
import { kintsugi } from './clips/scenes/kintsugi-bowl.ts';
import { lanterns } from './clips/scenes/lanterns.ts';
import { loom } from './clips/scenes/loom.ts';
import { marbling } from './clips/scenes/marbling.ts';
import { moonJar } from './clips/scenes/moon-jar.ts';
import { plane } from './clips/scenes/plane.ts';
import { raku } from './clips/scenes/raku-beaker.ts';
import { saddleStitch } from './clips/scenes/saddle-stitch.ts';
import { stainedGlass } from './clips/scenes/stained-glass.ts';
import { walnutBowl } from './clips/scenes/walnut-bowl.ts';
import { willowBasket } from './clips/scenes/willow-basket.ts';

export interface DemoMaker {
  readonly handle: string;
  readonly name: string;
  readonly city: string;
  readonly bio: string;
}

export interface DemoClip {
  /** Names the file: `moon-jar`. */
  readonly slug: string;
  readonly title: string;
  readonly craft: string;
  /** Handle of one of {@link demoMakers}. */
  readonly maker: string;
  /** The line under the clip, with its #hashtags. */
  readonly caption: string;
  readonly story: {
    readonly overview: string;
    readonly process: string;
    readonly materials: string;
    readonly dimensions: string;
    readonly care: string;
  };
  /** A fair price in US cents. */
  readonly priceCents: number;
  readonly scene: Scene;
}

export const demoMakers: readonly DemoMaker[] = [
  {
    handle: 'ines.duarte',
    name: 'Ines Duarte',
    city: 'Lisbon',
    bio: 'Wood-fired stoneware and painted tiles, from a garage above the river.',
  },
  {
    handle: 'haruka.mori',
    name: 'Haruka Mori',
    city: 'Kanazawa',
    bio: 'Mends what others throw away. Clay, ink, gold.',
  },
  { handle: 'tomas.lind', name: 'Tomas Lind', city: 'Växjö', bio: 'Bowls, glass and one very old lathe.' },
  {
    handle: 'amara.osei',
    name: 'Amara Osei',
    city: 'Kumasi',
    bio: 'Weaver, third generation. The pattern comes first, the cloth follows.',
  },
  { handle: 'leela.rao', name: 'Leela Rao', city: 'Jaipur', bio: 'Blocks cut by my uncle, dyes cooked by me.' },
  { handle: 'elif.kaya', name: 'Elif Kaya', city: 'Istanbul', bio: 'Marbled paper, bound books, patience.' },
  {
    handle: 'joao.reis',
    name: 'João Reis',
    city: 'Porto',
    bio: 'Steel, copper, leather. Everything here can be repaired.',
  },
  {
    handle: 'maeve.byrne',
    name: 'Maeve Byrne',
    city: 'Galway',
    bio: 'Willow from the lake, wax from my own bees, light from the west.',
  },
];

export const demoClips: readonly DemoClip[] = [
  {
    slug: 'moon-jar',
    title: 'Moon jar, wood ash',
    craft: 'Ceramics',
    maker: 'ines.duarte',
    caption: 'Throwing the belly of the moon jar in one pull. #moonjar #stoneware',
    story: {
      overview: 'A round jar in the old Korean manner, made to be looked at from across a room.',
      process:
        'Thrown in one piece from a local iron-rich clay, dried nine days, and fired for thirty hours with olive and pine. The ash on the shoulder is where it stood nearest the fire.',
      materials: 'Iron-rich stoneware, natural ash glaze.',
      dimensions: '28 cm high, 27 cm across, 2.4 kg.',
      care: 'Holds water and branches. Wipe with a damp cloth.',
    },
    priceCents: 8400,
    scene: moonJar,
  },
  {
    slug: 'glass-gather',
    title: 'Ember vase, blown freehand',
    craft: 'Glass',
    maker: 'tomas.lind',
    caption: 'The second breath decides. Colour goes on at 1,150 degrees. #glassblowing',
    story: {
      overview: 'An amber vase whose colour sinks from honey to smoke.',
      process:
        'Two gathers, one bubble, no mould. I turn the pipe so that gravity does half of the work, and stop when it looks as if it were still moving.',
      materials: 'Soda-lime glass, selenium amber.',
      dimensions: '31 cm high, 19 cm across.',
      care: 'Wash by hand, lukewarm.',
    },
    priceCents: 12600,
    scene: glassblowing,
  },
  {
    slug: 'kente-diamond',
    title: 'Diamond cloth, hand-woven',
    craft: 'Weaving',
    maker: 'amara.osei',
    caption: 'Eleven picks a minute, four hundred diamonds. Listen to the beater. #weaving #loom',
    story: {
      overview: 'A long cloth in madder, ochre and indigo; the pattern means that a road can turn.',
      process:
        'Warped on Monday, woven until Friday. The diamonds are counted, never drawn: every tenth thread is sung.',
      materials: 'Cotton, natural dyes.',
      dimensions: '62 × 210 cm.',
      care: 'Cold wash, dry in the shade.',
    },
    priceCents: 15800,
    scene: loom,
  },
  {
    slug: 'kintsugi-bowl',
    title: 'Night bowl, mended with gold',
    craft: 'Kintsugi',
    maker: 'haruka.mori',
    caption: 'It broke in nine. Now it has nine rivers. #kintsugi #repair',
    story: {
      overview: 'A tea bowl that fell in the spring earthquake and came back slower and brighter.',
      process:
        'Lacquer from the urushi tree, three weeks in a damp box after each coat, then gold powder through a bamboo tube, then a polish with a tooth of sea bream.',
      materials: 'Stoneware, urushi, 23.5-carat gold.',
      dimensions: '13 cm across, 7.5 cm high.',
      care: 'For tea, not for the machine. Keep out of strong sun.',
    },
    priceCents: 24000,
    scene: kintsugi,
  },
  {
    slug: 'anvil-knife',
    title: 'Kitchen knife, 18 cm, forged',
    craft: 'Forging',
    maker: 'joao.reis',
    caption: 'Four heats, about ninety blows, then quiet. #forge #knife',
    story: {
      overview: 'A cook’s knife with a soft back and a hard edge.',
      process:
        'Drawn out by hand at orange, normalised three times, quenched in warm oil, ground on a wet wheel and handled in olive wood.',
      materials: 'C105 steel, olive wood.',
      dimensions: 'Blade 18 cm, 182 g.',
      care: 'It will grow dark; that is its skin. Dry after use.',
    },
    priceCents: 17500,
    scene: forge,
  },
  {
    slug: 'marbled-sheet',
    title: 'Marbled sheet no. 212',
    craft: 'Paper marbling',
    maker: 'elif.kaya',
    caption: 'Colour on water, one chance per sheet. #ebru #marbling',
    story: {
      overview: 'One sheet of ebru. There will not be another one like it, I could not if I tried.',
      process:
        'Pigments with ox gall dropped on thickened water, drawn with a needle and a comb, lifted with a single lowering of the paper.',
      materials: 'Earth pigments on 120 g cotton paper.',
      dimensions: '35 × 50 cm.',
      care: 'Frame behind glass or cover a book with it.',
    },
    priceCents: 5200,
    scene: marbling,
  },
  {
    slug: 'walnut-bowl',
    title: 'Walnut bowl, turned green',
    craft: 'Woodturning',
    maker: 'tomas.lind',
    caption: 'The sound tells you when the wall is even. #woodturning',
    story: {
      overview: 'A wide bowl from a garden walnut that came down in the November storm.',
      process:
        'Turned while the wood was wet and left to move as it dried: the rim is no circle any more, and better for it.',
      materials: 'Walnut, linseed oil.',
      dimensions: '34 cm across, 13 cm high.',
      care: 'Oil twice a year.',
    },
    priceCents: 9800,
    scene: walnutBowl,
  },
  {
    slug: 'indigo-length',
    title: 'Indigo length, seven dips',
    craft: 'Dyeing',
    maker: 'leela.rao',
    caption: 'It comes up green and turns blue while you watch. #indigo #naturaldye',
    story: {
      overview: 'Cotton voile the colour of the hour after sunset.',
      process:
        'A living vat, fed with dates and lime, woken every morning. Seven dips, and between them the air does its work.',
      materials: 'Cotton voile, plant indigo.',
      dimensions: '110 × 240 cm.',
      care: 'Wash alone the first three times.',
    },
    priceCents: 6400,
    scene: indigo,
  },
  {
    slug: 'rose-window',
    title: 'Garden window, leaded glass',
    craft: 'Stained glass',
    maker: 'maeve.byrne',
    caption: 'Soldering the last joint before the sun goes round the house. #stainedglass',
    story: {
      overview: 'A small arched window; it throws a garden onto the floor every afternoon.',
      process: 'Cartoon, cut, grozed, leaded, soldered, cemented. A hundred and four pieces, one broken.',
      materials: 'Mouth-blown glass, lead came.',
      dimensions: '42 × 61 cm.',
      care: 'Dust with a soft brush.',
    },
    priceCents: 32000,
    scene: stainedGlass,
  },
  {
    slug: 'raku-beaker',
    title: 'Raku beaker, out of the fire',
    craft: 'Ceramics',
    maker: 'haruka.mori',
    caption: 'A thousand degrees, held with tongs. #raku',
    story: {
      overview: 'A beaker that was taken out glowing and finished by smoke.',
      process:
        'Pulled from the kiln at its brightest and set down among the embers. The crackle is the sound you hear for the next hour.',
      materials: 'Grogged clay, white crackle glaze.',
      dimensions: '14 cm high, 11 cm across.',
      care: 'For looking at: raku is not watertight.',
    },
    priceCents: 7200,
    scene: raku,
  },
  {
    slug: 'dahlia-hoop',
    title: 'Dahlia, satin stitch',
    craft: 'Embroidery',
    maker: 'leela.rao',
    caption: 'One strand, eight petals, no hurry. #embroidery',
    story: {
      overview: 'A dahlia from my mother’s garden, life-size.',
      process:
        'Satin stitch in one strand of silk, split where two reds meet, so that the light turns as you walk past.',
      materials: 'Silk on washed linen, beech hoop.',
      dimensions: '21 cm across.',
      care: 'Out of direct sun.',
    },
    priceCents: 4800,
    scene: embroidery,
  },
  {
    slug: 'hammered-copper',
    title: 'Copper bowl, raised by hand',
    craft: 'Metalwork',
    maker: 'joao.reis',
    caption: 'Each blow overlaps the last by a third. #copper #silversmithing',
    story: {
      overview: 'A deep bowl with a mirror for every blow.',
      process: 'Raised from a flat disc over a stake in eleven courses, annealed between each, planished last.',
      materials: 'Copper, 1.2 mm.',
      dimensions: '24 cm across, 15 cm high.',
      care: 'Leave it and it turns brown; polish it and it turns rose.',
    },
    priceCents: 13400,
    scene: copperBowl,
  },
  {
    slug: 'one-breath',
    title: 'Ensō, one breath',
    craft: 'Calligraphy',
    maker: 'haruka.mori',
    caption: 'The circle does not close. That is where you come in. #calligraphy #enso',
    story: {
      overview: 'A circle made while breathing out.',
      process: 'Ink ground for twenty minutes, the stroke takes six seconds. I keep one of thirty.',
      materials: 'Pine soot ink on kozo paper.',
      dimensions: '45 × 85 cm, unframed.',
      care: 'Frame behind glass.',
    },
    priceCents: 11000,
    scene: calligraphy,
  },
  {
    slug: 'beeswax-five',
    title: 'Beeswax candles, a set of five',
    craft: 'Candles',
    maker: 'maeve.byrne',
    caption: 'Thirty dips each. They smell of August. #beeswax',
    story: {
      overview: 'Five hand-dipped tapers from one summer’s wax.',
      process: 'Dipped thirty times, rolled on slate, hung for a week.',
      materials: 'Own beeswax, cotton wick.',
      dimensions: '24 cm, about nine hours each.',
      care: 'Trim the wick to 5 mm. Never alone.',
    },
    priceCents: 2600,
    scene: candle,
  },
  {
    slug: 'saddle-bag',
    title: 'Saddle bag, stitched by hand',
    craft: 'Leather',
    maker: 'joao.reis',
    caption: 'Two needles, one thread: if a stitch breaks the others hold. #leather #saddlestitch',
    story: {
      overview: 'A bag for every day of the next thirty years.',
      process: 'Cut from one hide, edges waxed and burnished with bone, 412 stitches.',
      materials: 'Vegetable-tanned leather, linen thread.',
      dimensions: '30 × 24 × 9 cm.',
      care: 'Feed it once a year.',
    },
    priceCents: 26500,
    scene: saddleStitch,
  },
  {
    slug: 'blue-tiles',
    title: 'Azulejo panel, twenty tiles',
    craft: 'Tiles',
    maker: 'ines.duarte',
    caption: 'Cobalt looks grey until the fire. You paint by memory. #azulejo #tiles',
    story: {
      overview: 'A panel of twenty tiles after one that was lost from a stairwell in Alfama.',
      process:
        'Tin glaze, cobalt and antimony yellow, pricked from a drawing and painted freehand, fired once at 1,020 degrees.',
      materials: 'Earthenware, tin glaze.',
      dimensions: '56 × 70 cm, twenty tiles of 14 cm.',
      care: 'For walls inside and outside.',
    },
    priceCents: 21000,
    scene: azulejos,
  },
  {
    slug: 'long-shaving',
    title: 'Jack plane, restored 1920s',
    craft: 'Woodwork',
    maker: 'tomas.lind',
    caption: 'The whole length of the board in one shaving. #handtools',
    story: {
      overview: 'An old jack plane that takes shavings you can read through.',
      process: 'Sole flattened, mouth patched with boxwood, iron ground and honed, oiled.',
      materials: 'Beech, cast steel.',
      dimensions: '38 cm.',
      care: 'Keep it dry, lay it on its side.',
    },
    priceCents: 11800,
    scene: plane,
  },
  {
    slug: 'block-flowers',
    title: 'Table cloth, printed by block',
    craft: 'Block printing',
    maker: 'leela.rao',
    caption: 'Two hundred impressions, no two alike. #blockprint',
    story: {
      overview: 'A table cloth with a garden in straight rows.',
      process: 'Pear-wood blocks, madder and indigo pastes, a fist on the block, and on to the next.',
      materials: 'Organic cotton, natural dyes.',
      dimensions: '150 × 220 cm.',
      care: 'Wash at 30 degrees.',
    },
    priceCents: 7800,
    scene: blockPrint,
  },
  {
    slug: 'skeleton-clock',
    title: 'Skeleton clock, brass',
    craft: 'Clockmaking',
    maker: 'elif.kaya',
    caption: 'Nothing to hide behind: sixty teeth, five beats a second. #clock #horology',
    story: {
      overview: 'A clock that shows its work.',
      process: 'Wheels cut one tooth at a time, pinions polished with willow charcoal, rubies set by hand.',
      materials: 'Brass, steel, synthetic ruby.',
      dimensions: '26 cm high.',
      care: 'Wind on Sundays.',
    },
    priceCents: 68000,
    scene: clockwork,
  },
  {
    slug: 'paper-lanterns',
    title: 'Three lanterns, washi',
    craft: 'Paper',
    maker: 'haruka.mori',
    caption: 'Hung at dusk to see whether they swing alike. #washi #lantern',
    story: {
      overview: 'Three lanterns for a terrace: one leaf, one wave, one moon.',
      process: 'Bamboo split into forty ribs, paper brushed on wet, painted, oiled.',
      materials: 'Bamboo, kozo paper, persimmon tannin.',
      dimensions: '26, 32 and 40 cm.',
      care: 'Rain is fine, storms are not.',
    },
    priceCents: 8800,
    scene: lanterns,
  },
  {
    slug: 'sewn-book',
    title: 'Sketchbook, sewn on tapes',
    craft: 'Bookbinding',
    maker: 'elif.kaya',
    caption: 'Nine sections, one thread. Opens flat, always. #bookbinding',
    story: {
      overview: 'A sketchbook that lies open by itself.',
      process: 'Folded, pricked, sewn on linen tapes, rounded and backed, cased in green cloth.',
      materials: '120 g cartridge paper, linen, cloth boards.',
      dimensions: '21 × 15 cm, 144 pages.',
      care: 'Draw in it.',
    },
    priceCents: 4200,
    scene: bookbinding,
  },
  {
    slug: 'celadon-flutes',
    title: 'Fluted vase, celadon',
    craft: 'Ceramics',
    maker: 'ines.duarte',
    caption: 'Trimming the flutes while it is leather-hard. #celadon #porcelain',
    story: {
      overview: 'A tall vase; the glaze pools green where it is deep and pales on every edge.',
      process: 'Thrown in two parts, joined, fluted with a loop of wire, fired in reduction.',
      materials: 'Porcelain, celadon glaze.',
      dimensions: '36 cm high.',
      care: 'Dishwasher-safe, but it would rather not.',
    },
    priceCents: 14200,
    scene: celadonVase,
  },
  {
    slug: 'willow-basket',
    title: 'Log basket, four willows',
    craft: 'Basketry',
    maker: 'maeve.byrne',
    caption: 'Thirty stakes and a wet afternoon. #basketry #willow',
    story: {
      overview: 'A basket that carries a man’s weight in turf.',
      process: 'Cut in January, sorted by shade, soaked for eight days, woven in one.',
      materials: 'Black Maul, Flanders Red, Dicky Meadows, Holton Black.',
      dimensions: '48 cm across, 40 cm high.',
      care: 'A soaking once a year keeps it young.',
    },
    priceCents: 9400,
    scene: willowBasket,
  },
  {
    slug: 'tourmaline-ring',
    title: 'Ring with green tourmaline',
    craft: 'Jewellery',
    maker: 'amara.osei',
    caption: 'The last polish, with a thread. #goldsmith #jewellery',
    story: {
      overview: 'A wide band, one stone the colour of deep water.',
      process: 'Cast from my grandmother’s gold, forged to size, claws cut by hand, polished with thread and rouge.',
      materials: '18-carat recycled gold, tourmaline 1.1 ct.',
      dimensions: 'Size 54; can be changed.',
      care: 'Warm water, soft brush.',
    },
    priceCents: 89000,
    scene: goldRing,
  },
];
