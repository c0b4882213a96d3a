import { Button } from "antd";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useTexts } from "../../i18n";
import { Refusal } from "../../shared/Refusal";
import { Loading } from "../../shared/States";
import { PostPicker } from "./PostPicker";
import { type Person, useChangePost, usePosts } from "./queries";

/** Gives somebody another post; their sessions end, so that they come back with it. */
export function ChangePost({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTexts("people");
  const { t: words } = useTexts("shared");
  const posts = usePosts();
  const change = useChangePost(person.id);
  const [post, setPost] = useState<string>(person.role);

  const keep = (event: FormEvent) => {
    event.preventDefault();
    if (post === person.role) onClose();
    else change.mutate(post, { onSuccess: onClose });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
  };
  if (!posts.data) return posts.error ? <Refusal error={posts.error} /> : <Loading />;
  return (
    <form
      className="people-change"
      aria-label={t("change.name", { name: person.name })}
      onSubmit={keep}
      onKeyDown={onKey}
    >
      <PostPicker posts={posts.data} value={post} onChange={setPost} hasFocus />
      <p className="note">{t("change.note")}</p>
      <Refusal error={change.error} />
      <div className="people-steps">
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t("change.keep")}
        </Button>
        <Button onClick={onClose}>{words("cancel")}</Button>
      </div>
    </form>
  );
}
