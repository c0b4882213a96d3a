import { Button } from "antd";
import { Suspense, useState } from "react";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { sentenceOf } from "../../shared/problems";
import { Failure, Loading } from "../../shared/States";
import { Answers } from "./Answers";
import { Coming } from "./Coming";
import { Fields } from "./Fields";
import { type Field, type Suggestion, useMergeFiles, usePreview } from "./queries";

/** Two files side by side, and what merging them will come to. Nothing happens before the button at its end. */
export function Comparing({ pair, onDone }: { pair: Suggestion; onDone: () => void }) {
  const { t } = useTexts("merges");
  const [isTurned, setTurned] = useState(false);
  const [kept, other] = isTurned ? [pair.second, pair.first] : [pair.first, pair.second];
  return (
    <section className="sheet" aria-labelledby="comparing">
      <div className="row merges-head">
        <h2 id="comparing">{t("comparing.title")}</h2>
        <Button onClick={() => setTurned(!isTurned)}>{t("comparing.turn")}</Button>
        <Button type="text" onClick={onDone}>
          {t("comparing.leave")}
        </Button>
      </div>
      <Both key={kept} kept={kept} other={other} onDone={onDone} />
    </section>
  );
}

function Both({ kept, other, onDone }: { kept: number; other: number; onDone: () => void }) {
  const { t } = useTexts("merges");
  const { t: shared } = useTexts("shared");
  const say = useSay();
  const [take, setTake] = useState<Field[]>([]);
  const { data: preview, error, refetch } = usePreview(kept, other);
  const merge = useMergeFiles();
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!preview) return <Loading />;
  const done = () => {
    say.done(t("comparing.merged"));
    onDone();
  };
  return (
    <>
      {/* It speaks with the file's own words, which come now. */}
      <Suspense fallback={<Loading />}>
        <Fields preview={preview} take={take} onTake={setTake} />
      </Suspense>
      <Answers answers={preview.answers} />
      <Coming title={t("coming.title")} counts={preview.coming} />
      <p className="note">{t("comparing.undoable")}</p>
      {merge.error && <p role="alert">{sentenceOf(merge.error, shared)}</p>}
      <Button
        type="primary"
        loading={merge.isPending}
        onClick={() => merge.mutate({ kept, other, take }, { onSuccess: done })}
      >
        {t("comparing.merge")}
      </Button>
    </>
  );
}
