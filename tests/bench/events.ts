import { EVENT_KINDS, type EventKind } from './event-bodies.ts'
import { type Burst, measureBursts } from './event-burst.ts'
import { measureFunction, measureRows, measureWritten, type Written } from './event-database.ts'
import { measureDeliveries } from './event-http.ts'
import { type EventPlace, openPlace } from './event-place.ts'
import { median, percentile } from './measure.ts'

const BURST_EVENTS = 10_000

/** Rounds that count, after one that does not, and how many events each has of a kind: in SQL, and so many at once. */
const ROUNDS = 9
const FUNCTION_TIMES = 100
const AT_ONCE = [
  { atOnce: 1, times: 30 },
  { atOnce: 8, times: 48 },
  { atOnce: 32, times: 96 },
] as const

/** What `apply_stripe_event` costs for one kind of event in a database of so many users. */
export interface FunctionFigure extends Written {
  readonly kind: EventKind
  readonly users: number
  /** Medians of the rounds. */
  readonly p50Ms: number
  readonly upsertP50Ms: number
  /** The median of the rounds' ratios, of this to a single-row upsert, and of this to itself among the fewest users. */
  readonly toUpsert: number
  readonly toFewest: number
  /** What writing its rows is of a single-row upsert, without a rule, a lock or an answer; null where not measured. */
  readonly rowsToUpsert: number | null
}

/** What an event costs from its first byte sent to the last of its answer, with so many at once. */
export interface DeliveryFigure {
  readonly kind: EventKind
  readonly users: number
  readonly atOnce: number
  readonly p50Ms: number
  /** Of all rounds together. */
  readonly p99Ms: number
  readonly perSecond: number
  readonly toFewest: number
}

export interface EventFigures {
  readonly functions: readonly FunctionFigure[]
  readonly deliveries: readonly DeliveryFigure[]
}

/** Every round of one kind in one place. */
interface Course {
  readonly kind: EventKind
  readonly place: EventPlace
  readonly functionP50s: number[]
  readonly upsertP50s: number[]
  readonly rowsToUpsert: number[]
  readonly deliveries: readonly {
    readonly atOnce: number
    readonly p50s: number[]
    readonly perSecond: number[]
    readonly all: number[]
  }[]
}

/**
 * Measures in databases of all sizes side by side: in each round each kind of event meets each size in turn, so that
 * whatever else the machine does disturbs all of them alike. First the function alone, with nothing else at work; then
 * whole events; then bursts, among the most users. `onProgress` is told what comes next, `onFigures` what was found
 * before the bursts.
 */
export async function measureEvents(
  sizes: readonly number[],
  onProgress: (next: string) => void,
  onFigures: (figures: EventFigures) => void,
): Promise<readonly Burst[]> {
  const places: EventPlace[] = []
  try {
    for (const users of sizes) {
      onProgress(`a database of ${users} users`)
      places.push(await openPlace(users))
    }
    const courses = EVENT_KINDS.flatMap((kind) => places.map((place) => courseOf(kind, place)))
    await inRounds(courses, measureFunctionOf, (round) => onProgress(`the function alone, ${round}`))
    const functions: FunctionFigure[] = []
    for (const course of courses) {
      functions.push(
        functionFigure(course, fewest(courses, course), await measureWritten(course.place, course.kind)),
      )
    }
    await inRounds(courses, measureDeliveriesOf, (round) => onProgress(`over HTTP, ${round}`))
    const largest = places.at(-1)
    if (largest === undefined) throw new RangeError('no size was asked for')
    const deliveries = courses.flatMap((course) => deliveryFigures(course, fewest(courses, course)))
    onFigures({ functions, deliveries })
    return await measureBursts(largest, BURST_EVENTS, onProgress)
  } finally {
    await Promise.all(places.map((place) => place.close()))
  }
}

function courseOf(kind: EventKind, place: EventPlace): Course {
  const deliveries = AT_ONCE.map(({ atOnce }) => ({ atOnce, p50s: [], perSecond: [], all: [] }))
  return { kind, place, functionP50s: [], upsertP50s: [], rowsToUpsert: [], deliveries }
}

/** The course of the same kind among the fewest users. */
function fewest(courses: readonly Course[], { kind }: Course): Course {
  return courses.find((course) => course.kind === kind) as Course
}

/** Takes every course in each round, there and back again, so that none comes first each time. */
async function inRounds(
  courses: readonly Course[],
  measure: (course: Course, counts: boolean) => Promise<void>,
  onRound: (round: string) => void,
) {
  for (let round = 0; round <= ROUNDS; round += 1) {
    onRound(`round ${round} of ${ROUNDS}`)
    for (const course of round % 2 === 0 ? courses : courses.toReversed()) await measure(course, round > 0)
  }
}

async function measureFunctionOf(course: Course, counts: boolean) {
  const { kind, place, functionP50s, upsertP50s, rowsToUpsert } = course
  const { timing, floorTiming } = await measureFunction(place, kind, FUNCTION_TIMES)
  if (counts) {
    functionP50s.push(timing.p50Ms)
    upsertP50s.push(floorTiming.p50Ms)
  }
  if (kind !== 'updated') return
  const rows = await measureRows(place, FUNCTION_TIMES)
  if (counts) rowsToUpsert.push(rows.timing.p50Ms / rows.floorTiming.p50Ms)
}

async function measureDeliveriesOf({ kind, place, deliveries }: Course, counts: boolean) {
  for (const [index, { atOnce, times }] of AT_ONCE.entries()) {
    const { durations, perSecond } = await measureDeliveries(place, kind, atOnce, times)
    const course = deliveries[index]
    if (!counts || course === undefined) continue
    course.p50s.push(median(durations))
    course.perSecond.push(perSecond)
    course.all.push(...durations)
  }
}

/** The median of what one round's value is to another's of the same round. */
function ratio(values: readonly number[], toValues: readonly number[]): number {
  return median(values.map((value, round) => value / (toValues[round] ?? Number.NaN)))
}

function functionFigure(course: Course, toCourse: Course, written: Written): FunctionFigure {
  return {
    kind: course.kind,
    users: course.place.users,
    p50Ms: median(course.functionP50s),
    upsertP50Ms: median(course.upsertP50s),
    toUpsert: ratio(course.functionP50s, course.upsertP50s),
    toFewest: ratio(course.functionP50s, toCourse.functionP50s),
    rowsToUpsert: course.rowsToUpsert.length > 0 ? median(course.rowsToUpsert) : null,
    ...written,
  }
}

function deliveryFigures({ kind, place, deliveries }: Course, toCourse: Course): DeliveryFigure[] {
  return deliveries.map(({ atOnce, p50s, perSecond, all }, index) => ({
    kind,
    users: place.users,
    atOnce,
    p50Ms: median(p50s),
    p99Ms: percentile(
      all.toSorted((left, right) => left - right),
      0.99,
    ),
    perSecond: median(perSecond),
    toFewest: ratio(p50s, toCourse.deliveries[index]?.p50s ?? []),
  }))
}
