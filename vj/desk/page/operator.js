// The operator's view: what the audience sees, what it is made of, and what comes next.

import { connect } from "./link.js";
import "./values.js";
import "./actions.js";
import "./scenes.js";
import "./beat.js";
import "./health.js";
import "./panes.js";
import "./monitor.js";
import "./code.js";

connect();
