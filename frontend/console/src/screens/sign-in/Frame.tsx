import { type ReactNode, useEffect } from "react";
import { LanguagePicker, ModePicker } from "../../app/Pickers";
import { placeName } from "../../app/page";

/** What stands around every form of somebody who is not in yet: whose house it is, and how it speaks and looks. */
export function Frame({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = [title, placeName(), "Aftercare"].filter(Boolean).join(" · ");
  }, [title]);
  return (
    <div className="entrance">
      <header className="row">
        <strong className="place">{placeName()}</strong>
        <LanguagePicker />
        <ModePicker />
      </header>
      <main id="main" className="sheet">
        <div className="stack">
          <h1>{title}</h1>
          {children}
        </div>
      </main>
    </div>
  );
}
