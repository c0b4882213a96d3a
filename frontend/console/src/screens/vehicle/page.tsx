import { useParams } from "react-router";
import { Problem } from "../../api/problem";
import { NotFound } from "../../app/NotFound";
import { useTexts } from "../../i18n";
import { Failure, Loading } from "../../shared/States";
import { Documents } from "../file/Documents";
import { FieldHistory } from "../file/FieldHistory";
import { NoteForm } from "../file/NoteForm";
import { Timeline } from "../file/Timeline";
import "../file/file.css";
import { Head } from "./Head";
import { Owners } from "./Owners";
import { holderOf, useFile, type VehicleFile } from "./queries";

const NOT_FOUND = 404;

/** One car's file: what it is, who held it when, and everything that happened with it. */
export default function Page() {
  const id = Number(useParams().id);
  const { data, error, refetch } = useFile(id);
  if (error instanceof Problem && error.status === NOT_FOUND) return <NotFound />;
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return <File key={id} file={data} />;
}

function File({ file }: { file: VehicleFile }) {
  const { t } = useTexts("vehicle");
  const { vehicle } = file;
  const holder = holderOf(file);
  const subject = { kind: "vehicles", id: vehicle.id } as const;
  return (
    <article className="file" aria-label={t("label", { plate: vehicle.plate || vehicle.vin })}>
      <Head file={file} subject={subject} />
      <div className="file-grid">
        <div className="file-side">
          {file.allowed.includes("note") && holder && (
            <NoteForm subject={subject} customer={holder.id} vehicle={vehicle.id} />
          )}
          <Timeline subject={subject} />
        </div>
        <div className="file-side">
          <Owners file={file} subject={subject} />
          <Documents subject={subject} mayAdd={file.allowed.includes("document")} />
          <FieldHistory changes={file.changes} subject={subject} />
        </div>
      </div>
    </article>
  );
}
