export type QuestionKind = 'who' | 'when' | 'duration' | 'amount' | 'where' | 'how' | 'permission' | 'open';

const OPENS = String.raw`^(?:\W*(?:and|but|so|or|please|then|by|until|from|since|at|to|for|on|in|exactly)\W+)*`;

/** In order: the first that fits is the kind. */
const ASKS: readonly (readonly [kind: QuestionKind, asks: RegExp])[] = [
  ['duration', /\bhow (long|soon|fast|quickly|far in advance)\b/i],
  [
    'amount',
    /\bhow (much|many|big|large|high|often)\b|\bwhat('s| is| are) the (most|rate|price|cost|limit|maximum|minimum)\b|\bper (mile|day|night|hour)\b/i,
  ],
  [
    'permission',
    new RegExp(
      String.raw`${OPENS}(can|may|could|must|should|shall|am|are|is|do|does|will|would|did|has|have)\b`,
      'i',
    ),
  ],
  ['who', new RegExp(String.raw`${OPENS}who(m|se)?\b|\b(which|what) (person|team|colleague)\b`, 'i')],
  [
    'when',
    new RegExp(
      String.raw`${OPENS}when\b|\b(what|which) (time|date|days?|month|year)\b|\b(latest|earliest)\b|\bhow (late|early)\b`,
      'i',
    ),
  ],
  ['where', /\bwhere\b|\b(what|which) (room|floor|building|place|desk|site|office|page|system)\b/i],
  [
    'how',
    /\bhow (do|does|can|could|should|to|must|would|is|are)\b|\bwhat (do|should|must|shall|can) (i|we|you) do\b|\b(now what|what now)\b/i,
  ],
  ['who', /\bwho(m|se)?\b/i],
  ['when', /\bwhen\b/i],
  ['permission', /\b(can|may|must|could) (i|we|you)\b|\ballowed\b/i],
];

export function kindOf(question: string): QuestionKind {
  return ASKS.find(([, asks]) => asks.test(question))?.[0] ?? 'open';
}

const NUMBER = String.raw`(\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|half|double|third|quarter)\b)`;
const SPAN = String.raw`(minutes?|hours?|days?|weeks?|months?|years?|fortnight)`;

/** What a sentence has that answers a question of that kind. */
const ANSWERS: Readonly<Record<QuestionKind, RegExp | null>> = {
  duration: new RegExp(`${NUMBER}[^.;]{0,24}\\b${SPAN}\\b|\\b(immediately|straight away|at once)\\b`, 'i'),
  amount: new RegExp(`[£$€]\\s?\\d|${NUMBER}|\\bper cent\\b|%`, 'i'),
  when: /\d{1,2}[:.]\d{2}|\b\d{1,2}(st|nd|rd|th)\b|\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(january|february|march|april|may|june|july|august|september|october|november|december)\b|\b\d{4}\b|\b(before|after|until|within|by) (the |\d|one|two|three)/i,
  who: /\p{Lu}\p{Ll}+ \p{Lu}[\p{Ll}'’]+|\b(manager|director|head of|team|officer|helpdesk|reception|nurse|desk|line|trust)\b/u,
  where:
    /\b(rooms?|floors?|building|desks?|reception|office|entrance|gate|shed|car park|bank|kitchen|lounge|website|page|folder|in|at|on) (the |\p{Lu})|\p{Lu}\p{Ll}+ (Room|Street|Road|House|Hall)\b/u,
  how: /^\W*(\d+[.)]\s*)?(please )?(ring|call|write|ask|book|request|tell|complete|send|use|choose|enter|open|report|go|take|fill|sign|log|press|email|contact|check|click|connect|bring|show|give|wait|order|upload|collect|stop|put)\b|\b(you can|by (ringing|writing|asking)|reception|form)\b/i,
  permission:
    /\b(may|can|cannot|can't|must|allowed|permitted|welcome|never|only|need|needs|required|forbidden|free|not|nobody|yes|no|eligible|entitled|possible|will)\b/i,
  open: null,
};

/** Whether the sentence has what a question of that kind asks for. */
export function answersKind(kind: QuestionKind, sentence: string): boolean {
  return ANSWERS[kind]?.test(sentence) ?? false;
}
