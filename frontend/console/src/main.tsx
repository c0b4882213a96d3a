import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { letStylesIn } from "./app/page";
import { startTexts } from "./i18n";
import "./app/base.css";

const place = document.getElementById("console");
if (place) {
  letStylesIn();
  await startTexts();
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
