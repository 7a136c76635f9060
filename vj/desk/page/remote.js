// The remote: every part draws itself from what the desk tells; this only brings them together.

import { connect } from "./link.js";
import "./values.js";
import "./tabs.js";
import "./learn.js";
import "./actions.js";
import "./parameters.js";
import "./pad.js";
import "./styles.js";
import "./effects.js";
import "./scenes.js";
import "./beat.js";
import "./health.js";
import "./panes.js";
import "./ghosts.js";
import "./monitor.js";
import "./camera.js";
import "./mapping.js";
import "./code.js";

connect();
