import audit from "./audit.json";
import auth from "./auth.json";
import channels from "./channels.json";
import common from "./common.json";
import composer from "./composer.json";
import errors from "./errors.json";
import inbox from "./inbox.json";
import ledger from "./ledger.json";
import profile from "./profile.json";
import team from "./team.json";
import thread from "./thread.json";

export default { audit, auth, channels, common, composer, errors, inbox, ledger, profile, team, thread };
