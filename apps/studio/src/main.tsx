import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { Tooltip } from 'radix-ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { errorText } from './api/api-error.ts';
import { createQueryClient } from './api/queries.ts';
import { toast } from './components/toasts.ts';
import { createStudioRouter } from './router.tsx';
import { exchangeToken } from './sign-in.ts';
import './styles.css';

const queryClient = createQueryClient();
const router = createStudioRouter();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');

await exchangeToken().catch((error: unknown) => toast(errorText(error), { tone: 'bad' }));

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Tooltip.Provider delayDuration={350}>
        <RouterProvider router={router} />
      </Tooltip.Provider>
    </QueryClientProvider>
  </StrictMode>,
);
