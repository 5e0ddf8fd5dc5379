/** How the page looks, in the order in which the later outweighs the earlier. */

import base from "./style/base.css?inline";
import desk from "./style/desk.css?inline";
import over from "./style/over.css?inline";
import panel from "./style/panel.css?inline";
import small from "./style/small.css?inline";

export const css = [base, desk, panel, over, small].join("\n");
