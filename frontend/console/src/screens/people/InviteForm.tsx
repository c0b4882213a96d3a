import { Button, Input } from "antd";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useMe } from "../../app/me";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { isLanguage, LANGUAGES } from "../../i18n/languages";
import { Refusal } from "../../shared/Refusal";
import { Loading } from "../../shared/States";
import { PostPicker } from "./PostPicker";
import { type NewInvitation, useInvite, usePosts } from "./queries";

/** Invites somebody by e-mail to a post. */
export function InviteForm({ onClose }: { onClose: () => void }) {
  const { t } = useTexts("people");
  const { t: words } = useTexts("shared");
  const me = useMe();
  const say = useSay();
  const posts = usePosts();
  const invite = useInvite();
  const [wish, setWish] = useState<NewInvitation>({
    email: "",
    name: "",
    role: "SERVICE_ADVISOR",
    language: isLanguage(me.language) ? me.language : "en",
  });

  const change = (part: Partial<NewInvitation>) => setWish((now) => ({ ...now, ...part }));
  const send = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate(wish, {
      onSuccess: () => {
        say.done(t("invite.done", { email: wish.email }));
        onClose();
      },
    });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
  };
  return (
    <form className="sheet people-form" aria-label={t("invite.title")} onSubmit={send} onKeyDown={onKey}>
      <h2>{t("invite.title")}</h2>
      <p className="note">{t("invite.note")}</p>
      <label>
        <span>{t("invite.email")}</span>
        <Input
          autoFocus
          required
          type="email"
          autoComplete="off"
          maxLength={254}
          value={wish.email}
          aria-invalid={invite.isError}
          aria-describedby={invite.isError ? "people-invite-refusal" : undefined}
          onChange={({ target }) => change({ email: target.value })}
        />
      </label>
      <label>
        <span>{t("invite.name")}</span>
        <Input
          required
          autoComplete="off"
          maxLength={120}
          value={wish.name}
          onChange={({ target }) => change({ name: target.value })}
        />
      </label>
      <label className="picker">
        <span>{t("invite.language")}</span>
        <select
          value={wish.language}
          onChange={({ target }) => isLanguage(target.value) && change({ language: target.value })}
        >
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {posts.data ? (
        <PostPicker posts={posts.data} value={wish.role} onChange={(role) => change({ role })} />
      ) : (
        <Loading />
      )}
      <Refusal error={invite.error ?? posts.error} id="people-invite-refusal" />
      <div className="row">
        <Button type="primary" htmlType="submit" loading={invite.isPending}>
          {t("invite.send")}
        </Button>
        <Button onClick={onClose}>{words("cancel")}</Button>
      </div>
    </form>
  );
}
