import { stem } from '#domain/words.ts';

/**
 * Words that people use for the same thing at work, in groups. Stems of one group stand for each other at a lower
 * weight. A group holds what may replace each other in a question about rules, never merely related things: each
 * pair that is too wide makes wrong answers look right.
 */
const GROUPS = `
  holiday vacation leave pto
  leave absence off
  pay salary wage payroll earnings
  pay cost charge price fee
  payslip paycheck
  payday paycheck paid
  manager boss supervisor
  ill illness sick sickness unwell
  resign quit resignation notice
  laptop computer notebook pc
  wifi wireless internet
  broadband internet
  phone telephone mobile smartphone
  ring call phone telephone contact reach
  email mail message
  text message sms
  doctor gp physician
  dentist doctor optician medical
  note certificate
  car vehicle drive driving
  mile mileage
  bike bicycle cycle
  park parking
  baby child birth newborn
  pregnant pregnancy maternity expecting
  maternity mother mum mom birth
  paternity father dad partner
  parental maternity paternity
  ivf fertility
  jab vaccination vaccine inoculation
  milk breastfeeding express expressing nursing
  grandfather grandmother grandparent
  die death dead died bereavement
  probation trial
  join start begin new
  password passcode passphrase
  locked lock unlock
  badge card pass fob
  lost lose missing stolen theft steal
  broken break damage damaged accident spilt spill dropped
  refund repay reimburse reimbursement
  return back
  expense claim
  hotel accommodation room
  meal dinner lunch food supper
  drink alcohol alcoholic wine beer
  flight fly plane
  train rail railway
  course training class
  exam test attempt resit
  gift present bottle
  complaint grievance complain
  report tell notify inform
  anonymous anonymously confidential confidentially
  bus shuttle minibus
  remote home wfh homeworking
  overtime extra
  extra bonus supplement allowance
  shift rota roster
  profit bonus
  reward bonus
  friend refer referral recommend
  discount reduction cheaper
  screen monitor display
  guest visitor
  phishing dodgy suspicious scam
  link phishing
  details data information
  dog pet animal cat
  wear dress clothes clothing
  repair fix mend
  guarantee warranty
  buy purchase
  found founded founder establish
  ceo managing
  boss director head
  head lead runs
  own owned owner belong
  relationship partner couple
  glasses spectacles eye eyesight
  hurt injured injury wounded
  closed shut
  open opening
  restore recover recovery
  delete deleted erase
  allowed permitted permission
  swap exchange change
  advance loan
  warning alert
  weather snow storm
  heating electricity energy
  abroad country overseas
  weekend saturday sunday
  evening night late
  morning early
  journalist press media reporter
  fraud fiddling theft bribery
  swearing abusive abuse rude
  customer client caller
  retire retirement
  sabbatical break
  jury court
  family beneficiary relative
  yearly annual annually
  quarterly quarter
  monthly month
  weekly week
  colleague employee staff everybody everyone
  insurance cover
  tool equipment kit
  chair desk
  credit company
  money cash
`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(' ').map(stem));

const RELATED = buildRelated();

/** Stems that stand for the given one, itself not among them. */
export function synonymsOf(term: string): ReadonlySet<string> {
  return RELATED.get(term) ?? NONE;
}

const NONE: ReadonlySet<string> = new Set();

function buildRelated(): Map<string, Set<string>> {
  const related = new Map<string, Set<string>>();
  for (const group of GROUPS) {
    for (const one of group) {
      const others = related.get(one) ?? new Set();
      related.set(one, new Set([...others, ...group.filter((other) => other !== one)]));
    }
  }
  return related;
}
