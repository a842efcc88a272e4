/** Calls `action` when `delayMs` have passed without another call. */
export function debounce(action, delayMs) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...args), delayMs);
  };
}

// Write a function that checks whether a string reads the same backwards.
