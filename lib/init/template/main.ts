import { synth } from "slipway";
import * as overlays from "./overlays/index.ts";

synth(overlays);
