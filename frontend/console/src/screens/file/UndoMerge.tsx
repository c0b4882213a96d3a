import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";
import { useTexts } from "../../i18n";
import { sentenceOf } from "../../shared/problems";
import { Failure, Loading } from "../../shared/States";
import { useWord } from "./words";

type Merge = components["schemas"]["FileMergeShape"];
interface Props {
  merge: Merge;
  /** Which answers show something else afterwards. */
  stale: readonly (readonly unknown[])[];
}

/** Parts two merged files again, after saying what comes back and what cannot. */
export function UndoMerge({ merge, stale }: Props) {
  const { t } = useTexts("file");
  const [isOpen, setOpen] = useState(false);
  if (!isOpen)
    return (
      <Button size="small" onClick={() => setOpen(true)}>
        {t("undo.begin")}
      </Button>
    );
  return <Asking merge={merge} stale={stale} onEnd={() => setOpen(false)} />;
}

function Asking({ merge, stale, onEnd }: Props & { onEnd: () => void }) {
  const { t } = useTexts("file");
  const shared = useTexts("shared").t;
  const client = useQueryClient();
  const word = useWord();
  const path = { params: { path: { id: String(merge.id) } } };
  const { data, error } = useQuery({
    queryKey: ["file-merges", merge.id, "parting"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/file-merges/{id}/parting/", { ...path, signal })),
    gcTime: 0,
  });
  const undo = useMutation({
    meta: { isQuiet: true },
    mutationFn: () => answer(api.POST("/api/v1/file-merges/{id}/undo/", path)),
    onSuccess: () => Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  if (error) return <Failure error={error} />;
  if (!data) return <Loading />;
  const fields = (names: readonly string[]) => names.map((name) => word("fields", name)).join(", ");
  const staying = Object.entries(data.staying).map(([name, count]) => `${word("counted", name)}: ${count}`);
  return (
    <div className="dropping" role="group" aria-label={t("undo.title", { name: merge.other_name })}>
      <p>{t("undo.title", { name: merge.other_name })}</p>
      {data.fields_back.length > 0 && <p>{t("undo.back", { what: fields(data.fields_back) })}</p>}
      {data.fields_staying.length > 0 && (
        <p className="alarm">{t("undo.stays", { what: fields(data.fields_staying) })}</p>
      )}
      {staying.length > 0 && <p className="alarm">{t("undo.since", { what: staying.join(", ") })}</p>}
      {undo.error && (
        <p className="alarm" role="alert">
          {sentenceOf(undo.error, shared)}
        </p>
      )}
      <div className="row">
        <Button size="small" type="primary" loading={undo.isPending} onClick={() => undo.mutate()}>
          {t("undo.confirm")}
        </Button>
        <Button size="small" onClick={onEnd}>
          {t("edit.cancel")}
        </Button>
      </div>
    </div>
  );
}
