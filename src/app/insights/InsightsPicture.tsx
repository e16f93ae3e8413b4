interface InsightsPictureProps {
  /** What a screen reader says; without it the picture is decoration. */
  readonly label?: string
}

const FIGURES = [
  { label: 'Revenue', value: '€12.4k', change: '+8%', x: 20 },
  { label: 'New', value: '86', change: '+12%', x: 164 },
  { label: 'Churn', value: '2.1%', change: '+0.2%', x: 308 },
  { label: 'Customers', value: '640', change: '+7%', x: 452 },
]

const LINE = 'M36 316 L78 306 L120 310 L162 290 L204 281 L246 286 L288 258 L330 244 L368 218'
const BARS = [38, 52, 44, 61, 70, 58, 83]

/** A drawing of the Insights page. Its figures are nobody's, so it may stand on both sides of the gate. */
export function InsightsPicture({ label }: InsightsPictureProps) {
  return (
    <svg
      viewBox="0 0 600 380"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      className="h-auto w-full rounded-card shadow-float"
    >
      <rect x="0.5" y="0.5" width="599" height="379" rx="8" className="fill-surface stroke-line" />
      <path d="M0.5 36.5 H599.5" className="stroke-line" />
      <g className="fill-line">
        <circle cx="20" cy="18.5" r="5" />
        <circle cx="38" cy="18.5" r="5" />
        <circle cx="56" cy="18.5" r="5" />
      </g>
      <rect x="200" y="9" width="200" height="19" rx="9.5" className="fill-sunken" />
      <text x="20" y="70" fontSize="18" fontWeight="600" className="fill-ink">
        Insights
      </text>
      {FIGURES.map((figure) => (
        <g key={figure.label}>
          <rect x={figure.x} y="86" width="128" height="68" rx="6" className="fill-bg stroke-line" />
          <text x={figure.x + 12} y="107" fontSize="11" className="fill-muted">
            {figure.label}
          </text>
          <text x={figure.x + 12} y="129" fontSize="18" fontWeight="600" className="fill-ink">
            {figure.value}
          </text>
          <text
            x={figure.x + 12}
            y="145"
            fontSize="10"
            fontWeight="600"
            className={figure.label === 'Churn' ? 'fill-warning' : 'fill-good'}
          >
            {figure.change}
          </text>
        </g>
      ))}
      <rect x="20" y="170" width="368" height="190" rx="6" className="fill-bg stroke-line" />
      <text x="36" y="194" fontSize="12" fontWeight="600" className="fill-ink">
        Revenue
      </text>
      <path d="M36 224 H372 M36 264 H372 M36 304 H372 M36 344 H372" className="stroke-line" />
      <path d={`${LINE} L368 344 L36 344 Z`} className="fill-accent" opacity="0.14" />
      <path
        d={LINE}
        fill="none"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-accent"
      />
      <circle cx="368" cy="218" r="10" className="fill-accent" opacity="0.2" />
      <circle cx="368" cy="218" r="5" className="fill-accent" />
      <rect x="404" y="170" width="176" height="190" rx="6" className="fill-bg stroke-line" />
      <text x="418" y="194" fontSize="12" fontWeight="600" className="fill-ink">
        Won and lost
      </text>
      {BARS.map((height, index) => (
        <g key={height}>
          <rect
            x={418 + index * 22}
            y={312 - height}
            width="13"
            height={height}
            rx="2"
            className="fill-accent"
          />
          <rect
            x={418 + index * 22}
            y="316"
            width="13"
            height={8 + ((index * 5) % 17)}
            rx="2"
            className="fill-line-strong"
            opacity="0.6"
          />
        </g>
      ))}
    </svg>
  )
}
