/**
 * Words that ask, in languages other than English: what answers has none of them, so they say nothing of what is asked
 * about. Left out is what means something else in English, as French "comment" does. In Korean, the pairs that stand for
 * them.
 */
export const ASKING_WORDS: ReadonlySet<string> = new Set(
  `wer wem wen wessen wann wo wohin woher wie warum wieso weshalb welche welcher welches welchem welchen wieviel wieviele
  qui quoi où quand pourquoi combien quel quelle quels quelles laquelle lequel est-ce qu'est-ce
  qué quién quiénes cuándo dónde cómo cuánto cuánta cuántos cuántas cuál cuáles
  cosa dove perché quanto quanta quanti quante quale quali
  quem onde quando quantos quantas qual quais porquê
  wie waar wanneer waarom welke hoeveel
  kto co gdzie kiedy jak dlaczego ile który która które
  kim nerede nereye nasıl neden niçin kaç hangi hangisi mı mü
  кто кого кому что чего чему где куда откуда когда как почему зачем сколько какой какая какое какие каким какую каких чей чья чьё ли
  хто що де коли як чому скільки який яка яке які
  ποιος ποια ποιο ποιοι ποιες ποιων πού πότε πώς γιατί πόσο πόση πόσα πόσοι πόσες τι
  من ما ماذا متى أين كيف لماذا كم هل أي
  कौन क्या कब कहाँ कहां कैसे कैसा कैसी क्यों कितने कितना कितनी किस किसने कौनसा
  어디 언제 누구 누가 무엇 얼마 며칠 어떻 어떤`.split(/\s+/),
);
