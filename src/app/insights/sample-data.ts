/** One month of the sample workspace. Amounts in cents. */
export interface SampleMonth {
  readonly month: string
  readonly revenue: number
  readonly won: number
  readonly lost: number
}

const month = (name: string, revenue: number, won: number, lost: number): SampleMonth => ({
  month: name,
  revenue,
  won,
  lost,
})

/** Twelve months of a business that does not exist, so that the page has something to draw. */
export const sampleMonths: readonly SampleMonth[] = [
  month('Jan', 1_812_000, 61, 14),
  month('Feb', 1_894_000, 58, 17),
  month('Mar', 2_043_000, 72, 15),
  month('Apr', 2_018_000, 49, 24),
  month('May', 2_207_000, 77, 18),
  month('Jun', 2_391_000, 83, 16),
  month('Jul', 2_446_000, 66, 21),
  month('Aug', 2_528_000, 64, 19),
  month('Sep', 2_802_000, 96, 17),
  month('Oct', 3_119_000, 108, 22),
  month('Nov', 3_487_000, 121, 20),
  month('Dec', 3_842_000, 134, 23),
]

/** Of the customers who came in a month, the share in percent that is still there one, two, … months later. */
export const sampleCohorts: readonly {
  readonly month: string
  readonly size: number
  readonly kept: readonly number[]
}[] = [
  { month: 'Jul', size: 66, kept: [100, 94, 91, 88, 86, 85] },
  { month: 'Aug', size: 64, kept: [100, 92, 89, 87, 84] },
  { month: 'Sep', size: 96, kept: [100, 95, 93, 91] },
  { month: 'Oct', size: 108, kept: [100, 96, 93] },
  { month: 'Nov', size: 121, kept: [100, 96] },
  { month: 'Dec', size: 134, kept: [100] },
]

/** A figure with how it changed since the month before. */
export interface KeyFigure {
  readonly label: string
  readonly value: string
  readonly change: string
  readonly isGood: boolean
}

/** The four figures on top of the page. */
export const sampleFigures: readonly KeyFigure[] = [
  { label: 'Monthly revenue', value: '€38,420', change: '+10.2%', isGood: true },
  { label: 'New this month', value: '134', change: '+10.7%', isGood: true },
  { label: 'Churn', value: '1.8%', change: '+0.1%', isGood: false },
  { label: 'Customers', value: '1,273', change: '+9.6%', isGood: true },
]
