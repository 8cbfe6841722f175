import type { Role } from "@/lib/api/types";

/** Rule 105; the first may do the most. */
export const ROLES: Role[] = ["admin", "supervisor", "cs_manager", "cs_agent", "sales_manager", "salesperson"];

/** Nobody gives a role above the own one. */
export const rolesUpTo = (own: Role): Role[] => ROLES.slice(ROLES.indexOf(own));
