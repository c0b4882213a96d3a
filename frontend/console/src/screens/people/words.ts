import { useTexts } from "../../i18n";
import type people from "./texts/en.json";

type Texts = typeof people;
const POSTS: readonly (keyof Texts["posts"])[] = [
  "GENERAL_MANAGER",
  "COC_DIRECTOR",
  "SERVICE_SPECIALIST",
  "RELATIONS_SPECIALIST",
  "SERVICE_MANAGER",
  "SERVICE_ADVISOR",
];
const isPost = (word: string): word is keyof Texts["posts"] => POSTS.some((post) => post === word);

/** Return how a post is called; one that this console does not know yet keeps its own word. */
export function usePostName(): (post: string) => string {
  const { t } = useTexts("people");
  return (post) => (isPost(post) ? t(`posts.${post}`) : post);
}

/** Return what the words of the role table mean, by what they are about: "customers.read" is "Customers: see". */
export function useDuties(): (actions: readonly string[]) => { subject: string; verbs: string }[] {
  const { t, i18n } = useTexts("people");
  const list = new Intl.ListFormat(i18n.language, { type: "conjunction" });
  const isKnown = (key: string): boolean => i18n.exists(key, { ns: "people" });
  const told = (key: `subjects.${keyof Texts["subjects"]}` | `verbs.${keyof Texts["verbs"]}`, word: string) =>
    isKnown(key) ? t(key) : word;
  return (actions) => {
    const duties = new Map<string, string[]>();
    for (const [subject = "", verb = ""] of actions.map((action) => action.split("."))) {
      const verbs = duties.get(subject) ?? [];
      duties.set(subject, [...verbs, told(`verbs.${verb as keyof Texts["verbs"]}`, verb)]);
    }
    return [...duties].map(([subject, verbs]) => ({
      subject: told(`subjects.${subject as keyof Texts["subjects"]}`, subject),
      verbs: list.format(verbs),
    }));
  };
}
