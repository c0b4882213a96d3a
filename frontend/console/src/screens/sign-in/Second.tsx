import { Button } from "antd";
import { type SyntheticEvent, useState } from "react";
import { endSession } from "../../api/allauth";
import { hasPasskeys } from "../../api/passkeys";
import { useTexts } from "../../i18n";
import { Field } from "./Field";
import { type Step, useCode, usePasskey } from "./queries";
import { Refusal } from "./Refusal";

interface Wishes {
  types: readonly string[];
  onStep: (step: Step) => void;
  onBack: () => void;
}

/** The second step: a code of an authenticator app or a recovery code, or a passkey. */
export default function Second({ types, onStep, onBack }: Wishes) {
  const { t } = useTexts("sign-in");
  const byCode = useCode();
  const byPasskey = usePasskey("authenticate");
  const isPasskey = types.includes("webauthn") && hasPasskeys();
  const hasCode = types.includes("totp") || types.includes("recovery_codes");
  const last = byPasskey.submittedAt > byCode.submittedAt ? byPasskey : byCode;
  return (
    <>
      {hasCode && <CodeForm isBusy={byCode.isPending} onCode={(code) => byCode.mutate(code, { onSuccess: onStep })} />}
      <Refusal step={last.data} error={last.error} />
      {isPasskey && (
        <>
          {!hasCode && <p>{t("second.askPasskey")}</p>}
          <Button
            size="large"
            block
            loading={byPasskey.isPending}
            onClick={() => byPasskey.mutate(undefined, { onSuccess: onStep })}
          >
            {t("second.passkey")}
          </Button>
        </>
      )}
      <Button type="text" onClick={() => void endSession().then(onBack, onBack)}>
        {t("second.back")}
      </Button>
    </>
  );
}

function CodeForm({ isBusy, onCode }: { isBusy: boolean; onCode: (code: string) => void }) {
  const { t } = useTexts("sign-in");
  const [code, setCode] = useState("");
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    onCode(code.replaceAll(/\s/g, ""));
  };
  return (
    <form onSubmit={send}>
      <div className="stack">
        <Field
          label={t("second.code")}
          hint={t("second.ask")}
          autoComplete="one-time-code"
          inputMode="numeric"
          autoFocus
          value={code}
          onChange={({ target }) => setCode(target.value)}
        />
        <Button type="primary" size="large" htmlType="submit" block loading={isBusy}>
          {t("second.enter")}
        </Button>
      </div>
    </form>
  );
}
