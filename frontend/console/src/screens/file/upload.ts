import { cookie } from "../../api/cookies";
import { problemOf, Unreachable } from "../../api/problem";
import { currentLanguage } from "../../i18n/languages";
import type { Document, Subject } from "./queries";

export interface Upload {
  file: File;
  kind: string;
}

const BROKEN = 502;

/**
 * Send a document. Not by the client of the API: only the older request says how much of a file has left.
 * Throws Problem, Unreachable.
 */
export function uploaded({ file, kind }: Upload, subject: Subject, onProgress: (share: number) => void) {
  const form = new FormData();
  form.append("file", file);
  form.append("kind", kind);
  form.append(subject.kind === "customers" ? "customer" : "vehicle", String(subject.id));
  return new Promise<Document>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/documents/");
    request.setRequestHeader("X-CSRFToken", cookie("csrftoken"));
    request.setRequestHeader("Accept-Language", currentLanguage());
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / Math.max(total, 1));
    request.onerror = () => reject(new Unreachable(request.status));
    request.onload = () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as Document);
      else void problemOf(new Response(request.responseText, { status: request.status || BROKEN })).then(reject);
    };
    request.send(form);
  });
}
