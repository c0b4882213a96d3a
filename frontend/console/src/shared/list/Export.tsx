import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { useId } from "react";
import { useMay } from "../../app/me";
import { useSay } from "../../app/Say";
import { useTexts } from "../../i18n";
import { useConfirmation } from "../../screens/account/confirmation";
import { Refusal } from "../Refusal";
import "./list.css";

const FORMS = ["csv", "xlsx"] as const;

/** What is wanted of a list as a file; the columns in the order in which they stand. */
export interface FileWish {
  form: (typeof FORMS)[number];
  columns: string[];
}

interface Parts {
  /** What the file is called, without its ending. */
  name: string;
  columns: readonly string[];
  /** Ask the API for the file: narrowed and in order as the list is. */
  ask: (wish: FileWish) => Promise<Blob>;
}

/** Saves a list as a file, for those who may, once they have confirmed that it is they. */
export function Export(parts: Parts) {
  return useMay()("exports.create") ? <Forms {...parts} /> : null;
}

function Forms({ name, columns, ask }: Parts) {
  const { t } = useTexts("shared");
  const label = useId();
  const say = useSay();
  const { confirmed, box } = useConfirmation();
  const save = useMutation({
    meta: { isQuiet: true },
    mutationFn: async (form: FileWish["form"]) => {
      const file = await confirmed(() => ask({ form, columns: [...columns] }));
      download(file, `${name}.${form}`);
    },
    onSuccess: () => say.done(t("list.saved")),
  });
  return (
    <div className="list-export" role="group" aria-labelledby={label}>
      <span id={label}>{t("list.save")}</span>
      {FORMS.map((form) => (
        <Button
          key={form}
          size="small"
          loading={save.isPending && save.variables === form && !box}
          disabled={save.isPending && save.variables !== form}
          onClick={() => save.mutate(form)}
        >
          {t(`list.${form}`)}
        </Button>
      ))}
      <Refusal error={save.error} />
      {box}
    </div>
  );
}

function download(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Not at once: the browser has yet to take it.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
