import { useEffect, useEffectEvent, useRef, useState } from 'react'

const PAUSE = 150

/** A text that somebody types: shown at once, told when they paused; what comes from elsewhere replaces it. */
export function useTyped(told: string, tell: (text: string) => void) {
  const [text, setText] = useState(told)
  const lastTold = useRef(told)
  const say = useEffectEvent((typed: string) => {
    lastTold.current = typed
    tell(typed)
  })
  useEffect(() => {
    if (text === lastTold.current) return
    const timer = setTimeout(() => say(text), PAUSE)
    return () => clearTimeout(timer)
  }, [text])
  useEffect(() => {
    if (told === lastTold.current) return
    lastTold.current = told
    setText(told)
  }, [told])
  return [text, setText] as const
}
