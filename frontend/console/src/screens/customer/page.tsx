import { useEffect } from "react";
import { useNavigate, useParams } from "react-router";
import { Problem } from "../../api/problem";
import { NotFound } from "../../app/NotFound";
import { useTexts } from "../../i18n";
import { Failure, Loading } from "../../shared/States";
import { Documents } from "../file/Documents";
import { FieldHistory } from "../file/FieldHistory";
import { NoteForm } from "../file/NoteForm";
import { Timeline } from "../file/Timeline";
import "../file/file.css";
import { Addresses } from "./Addresses";
import { Cars } from "./Cars";
import { Consents } from "./Consents";
import { Head } from "./Head";
import { Household } from "./Household";
import { Keeper } from "./Keeper";
import { Merged } from "./Merged";
import { type CustomerFile, useFile } from "./queries";

const NOT_FOUND = 404;

/** One person's file: who, how to reach them, their cars, what they allowed, and everything that happened. */
export default function Page() {
  const id = Number(useParams().id);
  const { data, error, refetch } = useFile(id);
  if (error instanceof Problem && error.status === NOT_FOUND) return <NotFound />;
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return <File key={data.customer.id} file={data} asked={id} />;
}

function File({ file, asked }: { file: CustomerFile; asked: number }) {
  const { t } = useTexts("customer");
  const navigate = useNavigate();
  const { customer } = file;
  const subject = { kind: "customers", id: customer.id } as const;
  // A file that was merged leads to the one it belongs to; its address goes along.
  useEffect(() => {
    if (customer.id !== asked) void navigate(`/customers/${customer.id}`, { replace: true });
  }, [customer.id, asked, navigate]);
  const may = (word: string) => customer.allowed.includes(word);
  return (
    <article className="file" aria-label={t("label", { name: customer.name })}>
      <Head file={file} subject={subject} />
      <div className="file-grid">
        <div className="file-side">
          {may("note") && <NoteForm subject={subject} customer={customer.id} />}
          <Timeline subject={subject} />
        </div>
        <div className="file-side">
          <Addresses addresses={file.contact_points} subject={subject} mayAdd={may("edit")} />
          <Cars ownerships={file.ownerships} subject={subject} />
          <Consents file={file} subject={subject} />
          <Documents subject={subject} mayAdd={may("document")} />
          <Keeper customerId={customer.id} />
          <Household file={file} subject={subject} mayEdit={may("edit")} />
          <Merged merges={file.merges} subject={subject} />
          <FieldHistory changes={file.changes} subject={subject} merged={file.merged.map(({ id }) => id)} />
        </div>
      </div>
    </article>
  );
}
