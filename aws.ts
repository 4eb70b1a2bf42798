import { synthAws } from "slipway/aws";
import * as overlays from "./overlays/index.ts";

synthAws(overlays);
