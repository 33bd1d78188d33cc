// All that the program says, in Chinese. The page loads it when Chinese is asked for.
import type { Said } from '../messages'
import { databases } from './databases'
import { expressions } from './expressions'
import { people } from './people'
import { plans } from './plans'
import { program } from './program'
import { projects } from './projects'
import { promo } from './promo'
import { reading } from './reading'
import { recipes } from './recipes'
import { recommend } from './recommend'
import { synth } from './synth'
import { tables } from './tables'

export const areas: readonly Said[] = [reading, databases, tables, recipes, expressions, synth, recommend, promo, plans, people, projects, program]
