/** Tailwind 4 reads its theme from `src/app/globals.css`. */
export default { plugins: { '@tailwindcss/postcss': {} } }
