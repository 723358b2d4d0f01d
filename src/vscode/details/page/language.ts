/** The language in which the page shows numbers and times. */
export const language = document.documentElement.lang || 'en';
