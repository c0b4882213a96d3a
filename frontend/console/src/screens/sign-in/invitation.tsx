import { useEffect } from "react";
import { cookie } from "../../api/cookies";
import type { components } from "../../api/schema";
import { changeLanguage, useTexts } from "../../i18n";
import { isLanguage } from "../../i18n/languages";
import { Loading } from "../../shared/States";
import { sentenceOf } from "../../shared/problems";
import { Acceptance } from "./Acceptance";
import { Frame } from "./Frame";
import { useInvitation } from "./links";
import { useSecret } from "./secret";

export type Invited = components["schemas"]["Invited"];

/** Taking up an invitation. */
export default function Page() {
  const { t } = useTexts("sign-in");
  const { t: shared } = useTexts("shared");
  const token = useSecret();
  const { data: invited, error } = useInvitation(token);
  useTheirLanguage(invited);
  return (
    <Frame title={invited ? t("invitation.title", { place: invited.place }) : t("title")}>
      {invited && <Acceptance token={token} invited={invited} />}
      {error && (
        <>
          <p role="alert">{sentenceOf(error, shared)}</p>
          <p>{t("invitation.unusable")}</p>
        </>
      )}
      {!invited && !error && <Loading />}
    </Frame>
  );
}

/** Speak as the invitation does, unless this browser has chosen another language. */
function useTheirLanguage(invited: Invited | undefined) {
  const language = invited?.language;
  useEffect(() => {
    if (isLanguage(language) && !cookie("django_language")) void changeLanguage(language);
  }, [language]);
}
