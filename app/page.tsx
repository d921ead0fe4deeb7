import { redirect } from 'next/navigation';

/** The queue is where the day begins. */
export default function Home() {
  redirect('/queue');
}
