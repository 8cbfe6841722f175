import styles from "./skeleton.module.css";

type SkeletonProps = { width?: string; height?: string; round?: boolean };

/** Stands where something will be. */
export function Skeleton({ width = "100%", height = "0.9em", round = false }: SkeletonProps) {
  return (
    <span className={`${styles.skeleton} ${round ? styles.round : ""}`} style={{ width, height }} aria-hidden="true" />
  );
}
