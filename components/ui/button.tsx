'use client';

import Link from 'next/link';
import { type ComponentProps, type MouseEvent, type ReactNode, useId } from 'react';
import { cx } from './class-names';
import { Kbd } from './kbd';
import { Spinner } from './spinner';
import { Tooltip } from './tooltip';

export type ButtonVariant = 'act' | 'quiet' | 'plain' | 'danger';
export type ButtonSize = 'md' | 'sm';

const VARIANTS = {
  act: 'border-act bg-act text-act-ink hover:border-act-strong hover:bg-act-strong',
  quiet: 'border-line-strong bg-transparent text-ink hover:border-edge hover:bg-sunk',
  plain: 'border-transparent bg-transparent text-ink-2 hover:bg-sunk hover:text-ink',
  danger: 'border-line-strong bg-transparent text-no hover:border-no hover:bg-no-soft',
} as const satisfies Record<ButtonVariant, string>;

const SIZES = {
  md: 'h-control px-3 text-14',
  sm: 'h-7 px-2 text-13 max-rail:h-9',
} as const satisfies Record<ButtonSize, string>;

function buttonClass(variant: ButtonVariant, size: ButtonSize, className?: string): string {
  return cx(
    'relative inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-control border font-medium transition-colors',
    'aria-disabled:cursor-not-allowed aria-disabled:border-line aria-disabled:bg-sunk aria-disabled:text-ink-3',
    'aria-busy:cursor-progress',
    VARIANTS[variant],
    SIZES[size],
    className,
  );
}

interface Look {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: ReactNode;
  /** One key that does the same, shown as a hint and told to assistive technology. It must also be registered with `useShortcuts`. */
  shortcut?: string | undefined;
}

export type ButtonProps = Omit<ComponentProps<'button'>, 'disabled'> &
  Look & {
    /** Work is under way: the width stays, further clicks do nothing. */
    busy?: boolean;
    disabled?: boolean;
    /** Why it cannot be used now. The button stays focusable, so that everybody can find the reason. */
    disabledReason?: string | null | undefined;
  };

/**
 * `act` is for the one thing to do here, `danger` for what cannot be taken back, `quiet` for the rest and `plain` where a border
 * would be noise. Unusable buttons are `aria-disabled` and stay in the tab order; say why with `disabledReason`.
 */
export function Button({
  variant = 'quiet',
  size = 'md',
  icon,
  shortcut,
  busy = false,
  disabled = false,
  disabledReason,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const blocked = disabled || Boolean(disabledReason);
  const handleClick = (event: MouseEvent<HTMLButtonElement>) => {
    if (blocked || busy) event.preventDefault();
    else onClick?.(event);
  };
  const button = (
    <button
      {...rest}
      type={type}
      className={buttonClass(variant, size, className)}
      onClick={handleClick}
      aria-busy={busy || undefined}
      aria-disabled={blocked || undefined}
      aria-describedby={disabledReason ? reasonId : rest['aria-describedby']}
      aria-keyshortcuts={shortcut}
    >
      <span className={cx('inline-flex items-center gap-2', busy && 'opacity-0')}>
        {icon}
        {children}
        {shortcut ? <Kbd keys={shortcut.toUpperCase()} /> : null}
      </span>
      {busy ? <Spinner className="absolute" /> : null}
      {disabledReason ? (
        <span id={reasonId} hidden>
          {disabledReason}
        </span>
      ) : null}
    </button>
  );
  // A button that may be blocked stays the same element when it is, so that it keeps the focus.
  return disabledReason === undefined ? button : <Tooltip content={disabledReason}>{button}</Tooltip>;
}

export type ButtonLinkProps = ComponentProps<typeof Link> & Look;

/** A link that looks like a button: it goes somewhere and does nothing. */
export function ButtonLink({
  variant = 'quiet',
  size = 'md',
  icon,
  shortcut,
  className,
  children,
  ...rest
}: ButtonLinkProps) {
  return (
    <Link {...rest} className={buttonClass(variant, size, className)} aria-keyshortcuts={shortcut}>
      {icon}
      {children}
      {shortcut ? <Kbd keys={shortcut.toUpperCase()} /> : null}
    </Link>
  );
}

export type IconButtonProps = Omit<ButtonProps, 'children' | 'icon' | 'size' | 'disabledReason'> & {
  label: string;
  /** False for a picture everybody knows, such as the cross of a dialog. */
  hint?: boolean;
  children: ReactNode;
};

/** A square button with a picture; `label` names it, and shows on hover and focus. */
export function IconButton({ label, hint = true, variant = 'plain', className, children, ...rest }: IconButtonProps) {
  const button = (
    <Button {...rest} variant={variant} size="sm" className={cx('w-7 px-0 max-rail:w-9', className)} aria-label={label}>
      {children}
    </Button>
  );
  return hint ? <Tooltip content={label}>{button}</Tooltip> : button;
}
