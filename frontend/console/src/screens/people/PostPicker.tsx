import { useId } from "react";
import { useTexts } from "../../i18n";
import type { Post } from "./queries";
import { useDuties, usePostName } from "./words";

interface Wishes {
  posts: readonly Post[];
  value: string;
  onChange: (post: string) => void;
  hasFocus?: boolean;
}

/** A choice of posts that says what the chosen one may do; those that the caller does not give cannot be chosen. */
export function PostPicker({ posts, value, onChange, hasFocus = false }: Wishes) {
  const { t } = useTexts("people");
  const nameOf = usePostName();
  const dutiesOf = useDuties();
  const explained = useId();
  const chosen = posts.find(({ role }) => role === value);
  return (
    <div className="people-post">
      <label className="picker">
        <span>{t("post")}</span>
        <select
          autoFocus={hasFocus}
          value={value}
          aria-describedby={explained}
          onChange={({ target }) => onChange(target.value)}
        >
          {posts.map(({ role, may_appoint: mayAppoint }) => (
            <option key={role} value={role} disabled={!mayAppoint && role !== value}>
              {mayAppoint ? nameOf(role) : t("above", { post: nameOf(role) })}
            </option>
          ))}
        </select>
      </label>
      <p className="note" id={explained}>
        {dutiesOf(chosen?.actions ?? [])
          .map(({ subject, verbs }) => t("duty", { subject, verbs }))
          .join(" · ")}
      </p>
    </div>
  );
}
