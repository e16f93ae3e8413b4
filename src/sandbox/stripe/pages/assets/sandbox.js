// What makes the pages nicer; every one works without it.

/** `/` goes to the search, unless somebody is typing. */
document.addEventListener('keydown', (event) => {
  const search = document.getElementById('q')
  const isTyping = event.target instanceof Element && event.target.closest('input, select, textarea') !== null
  if (event.key !== '/' || isTyping || search === null) return
  event.preventDefault()
  search.focus()
})

/** On a narrow screen the rail scrolls: where one is should be in sight. */
document.querySelector('.rail [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })

/** A card number in groups of four while it is typed. */
document.getElementById('cardNumber')?.addEventListener('input', ({ target }) => {
  const atEnd = target.selectionStart === target.value.length
  if (!atEnd) return
  target.value = target.value
    .replaceAll(/\D/g, '')
    .slice(0, 19)
    .replaceAll(/(\d{4})(?=\d)/g, '$1 ')
})

/** A form that was sent is not sent again by a second click. */
document.addEventListener('submit', (event) => {
  const form = event.target
  if (form.dataset.sent === 'yes') {
    event.preventDefault()
    return
  }
  if (form.method !== 'post') return
  form.dataset.sent = 'yes'
  event.submitter?.setAttribute('aria-disabled', 'true')
})

/** A page that comes back from the browser's memory can be sent again. */
window.addEventListener('pageshow', () => {
  for (const form of document.forms) {
    delete form.dataset.sent
    form.querySelector('[aria-disabled]')?.removeAttribute('aria-disabled')
  }
})
