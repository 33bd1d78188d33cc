// All that the program says, in Chinese. The page loads it when Chinese is asked for.
import type { Said } from '../messages'
import { databases } from './databases'
import { encoding } from './encoding'
import { experiments } from './experiments'
import { expressions } from './expressions'
import { libraries } from './libraries'
import { plans } from './plans'
import { program } from './program'
import { projects } from './projects'
import { promo } from './promo'
import { quality } from './quality'
import { reading } from './reading'
import { recipes } from './recipes'
import { recommend } from './recommend'
import { shoppers } from './shoppers'
import { synth } from './synth'
import { tables } from './tables'
import { training } from './training'

export { words } from './words'

export const areas: readonly Said[] = [reading, databases, tables, recipes, expressions, encoding, synth, training, quality, recommend, promo, plans, shoppers, experiments, projects, program, libraries]
