import { createBrowserRouter, type RouteObject } from "react-router";
import { loadTexts } from "../i18n";
import { Broken } from "./Broken";
import { Gate } from "./Gate";
import { Guarded } from "./Guarded";
import { Home } from "./Home";
import { NotFound } from "./NotFound";
import { SCREENS, type Screen } from "./screens";
import { Waiting } from "./Waiting";

function routeOf(screen: Screen): RouteObject {
  return {
    path: screen.path,
    errorElement: <Broken />,
    HydrateFallback: Waiting,
    lazy: async () => {
      const [{ default: Page }] = await Promise.all([
        screen.load(),
        ...[screen.texts, ...(screen.alsoTexts ?? [])].map(loadTexts),
      ]);
      return { element: <Guarded action={screen.action}>{<Page />}</Guarded> };
    },
  };
}

const open = SCREENS.filter(({ isOpen }) => isOpen).map((screen) => ({
  ...routeOf({ ...screen, action: undefined }),
}));
const closed = SCREENS.filter(({ isOpen }) => !isOpen).map(routeOf);

/** Make the router; each screen's script and texts come when somebody goes there. */
export const createRouter = () =>
  createBrowserRouter([
    { errorElement: <Broken />, HydrateFallback: Waiting, children: open },
    {
      element: <Gate />,
      errorElement: <Broken />,
      HydrateFallback: Waiting,
      children: [{ index: true, element: <Home /> }, ...closed, { path: "*", element: <NotFound /> }],
    },
  ]);
